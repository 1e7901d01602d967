"""What each function does with an event: one module each, named after its folder in `functions/`.

They are in the layer, and the folders hold nothing but their names: AWS replaces a function's own code and its layer
one after the other, and what stands in both would for some seconds be of two releases.
"""
