"""What is on the screen: viewports, their corner text, and the hands on them."""
