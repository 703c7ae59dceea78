"""The demo: offices, people, requests and a notice that are invented, for trying the product out."""
