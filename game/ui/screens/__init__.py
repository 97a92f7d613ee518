"""The screens, one file each: what each shows, and which NavigationRequest it makes."""
