"""The words that tell whether a source is published: keys, values, and what each may have beside it."""

from bucketpress.content.front_matter.syntax.tree import TRUTHS as YAML_TRUTHS

# Words for a draft in the languages people blog in, as a key (`entwurf: ja`) and as a value (`status: entwurf`).
DRAFT_WORDS = frozenset(
    {
        *("draft", "drafts", "unpublished", "entwurf", "brouillon", "borrador", "rascunho", "bozza", "szkic"),
        *("utkast", "taslak", "черновик", "чернетка", "草稿", "下書き", "초안"),
    }
)
TRUE_WITHHOLDS = DRAFT_WORDS | {
    *("isdraft", "hidden", "ishidden", "hide", "private", "isprivate", "unlisted", "isunlisted", "isunpublished"),
    *(
        "unpublish",
        "donotpublish",
        "dontpublish",
        "nopublish",
        "headless",
        "wip",
        "embargoed",
        "eleventyexcludefromcollections",
        "非公開",
        "隐藏",
    ),
}
FALSE_WITHHOLDS = frozenset(
    {
        *("published", "publish", "ispublished", "public", "ispublic", "listed", "islisted", "visible", "dgpublish"),
        *("veröffentlicht", "publié", "publicado", "pubblicato", "gepubliceerd", "опубликовано", "公開", "发布"),
    }
)
# Keys that withhold when they are plainly true, or false; with any other value they are about something else.
IF_TRUE = frozenset(
    {
        *("archived", "confidential", "deleted", "disabled", "encrypted", "exclude", "excluded", "ignore", "ignored"),
        *("inactive", "inprogress", "internal", "invisible", "membersonly", "premium", "protected", "removed"),
        *(
            "restricted",
            "secret",
            "skip",
            "subscribersonly",
            "trashed",
            "unfinished",
            "incomplete",
            "workinprogress",
            "todo",
        ),
        *("notpublished", "notpublic", "neverpublish", "dghide"),
        *("privat", "privé", "privée", "privado", "privato", "prywatny", "приватно", "私密", "비공개"),
        *(
            "versteckt",
            "verborgen",
            "masqué",
            "caché",
            "oculto",
            "nascosto",
            "ukryty",
            "скрыто",
            "非表示",
            "隠す",
            "숨김",
        ),
        *("geheim", "vertraulich", "unveröffentlicht", "nichtveröffentlichen", "nepaspublier", "nopublicar"),
    }
)
IF_FALSE = frozenset(
    {
        *("active", "isactive", "build", "display", "enabled", "finished", "isready", "isvisible", "live", "islive"),
        *("online", "output", "publishable", "ready", "readytopublish", "render", "show"),
        *("approved", "isapproved", "readyforpublication", "releasable", "released", "isreleased", "reviewed", "final"),
        *("öffentlich", "sichtbar", "visiblepublic", "pubblico", "público", "publique", "fertig"),
    }
)
READERS = frozenset(
    {
        *("access", "acl", "audience", "permission", "permissions", "readableby", "sharing", "visibleto"),
        *("sichtbarkeit", "visibilité", "visibilidad", "visibilidade", "visibilità"),
    }
)
NOT_ALL_READERS = frozenset(
    {
        *("hidden", "internal", "members", "only_paid", "only paid", "paid", "premium", "private", "restricted"),
        *("subscribers", "members only", "members-only", "subscribers only", "admin", "staff"),
        *("me", "only me", "myself", "nobody", "no one", "owner", "none", "privat", "privé", "privado", "privato"),
    }
)
# What a key may add to one that decides, and still decide: `post_status`, `hidden_post`, `publish_to_web`.
ADDED = frozenset(
    {
        *("article", "be", "blog", "can", "content", "document", "entry", "for", "in", "is", "item", "on", "page"),
        *("post", "publication", "publishing", "review", "should", "site", "the", "this", "to", "web", "workflow"),
    }
)
NEGATIONS = frozenset({"dont", "never", "no", "not"})
WHOLE_WORDS = frozenset({"publish", "published", "public", "hidden", "private", "draft", "unlisted", "visible"})
WORDS = frozenset({"status", "state", "visibility", "poststatus", "publishstatus", "publicationstatus"})
SECRETS = frozenset({"password", "postpassword"})
# Eleventy and Jekyll write nothing where the address is false.
ADDRESSES = frozenset({"permalink", "url"})
BUILD = "build"  # Hugo's `build` and `_build`
BUILD_HELD = {"render": frozenset({"never", "link", "false"}), "list": frozenset({"never", "local", "false"})}
# Maps whose keys are about the post they stand in, so that what withholds at the top withholds in them too.
ABOUT_THE_POST = frozenset(
    {
        *("admin", "article", "attributes", "blog", "cms", "config", "custom", "entry", "frontmatter", "ghost", "hugo"),
        *(
            "jekyll",
            "meta",
            "metadata",
            "options",
            "page",
            "post",
            "properties",
            "publication",
            "publishing",
            "settings",
        ),
        *("wordpress", "workflow", "wp"),
    }
)
BUILD_SHOWN = frozenset({"always", "true"})
HELD = DRAFT_WORDS | {
    *("hidden", "private", "pending", "unlisted", "wip", "trash", "auto-draft", "inherit", "skip", "embargoed"),
    *("members", "paid", "tiers", "archived", "deleted", "in progress", "in review", "review", "idea", "todo"),
}
SAYS_DRAFT = DRAFT_WORDS | {"wip", "do not publish", "don't publish", "not for publication", "work in progress"}
SHOWN = frozenset(
    {
        *("published", "publish", "public", "live", "scheduled", "future", "visible", "featured", "listed"),
        *("active", "complete", "completed", "current", "done", "evergreen", "everyone", "final", "finished"),
        *("online", "posted", "released", "veröffentlicht", "publié", "publicado", "pubblicato", "已发布", "公開"),
    }
)
TRUTHS = {
    **YAML_TRUTHS,
    **dict.fromkeys(("ja", "oui", "si", "sí", "sì", "sim", "tak", "да", "是", "はい"), True),
    **dict.fromkeys(("nein", "non", "nej", "nee", "não", "nie", "нет", "否", "いいえ"), False),
}
FORMS = TRUE_WITHHOLDS | FALSE_WITHHOLDS | WORDS | SECRETS | {BUILD}
# Those that a slip of the finger is looked for in; shorter ones are too like other words.
SLIPS = ("draft", "isdraft", "hidden", "private", "unlisted", "unpublished", "published", "publish", "status")
OTHER_WORDS = frozenset(
    {"craft", "graft", "kraft", "raft", "drift", "daft", "drafty", "publisher", "stats", "statue", "enlisted", "ridden"}
)
