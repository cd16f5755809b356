"""One ticket on a page: what is read of it, how it is told and drawn, and the forms by which it is worked on."""
