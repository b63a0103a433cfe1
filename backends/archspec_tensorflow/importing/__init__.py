"""Import of Keras models: live ones by ``live.network``, files by ``archive.network``.

Both read how Keras describes a model, as plain data; neither takes Keras to translate it.
"""
