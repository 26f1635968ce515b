"""The desk: where editors see what visitors miss, and write, try and publish what answers them."""
