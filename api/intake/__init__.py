"""The door for machines: who may come in, what is kept of a request, and what each sender is answered."""
