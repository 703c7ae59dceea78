"""The pages of a person who is signed in: password, sign-ins, second step."""
