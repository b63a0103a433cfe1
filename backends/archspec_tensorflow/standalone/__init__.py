"""The training loop for Keras models on TensorFlow, independent of the rest of the backend."""
