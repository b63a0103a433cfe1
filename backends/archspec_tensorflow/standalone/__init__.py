"""The training loop for Keras models on TensorFlow; it needs nothing else of the backend."""
