"""What Medicare pays: one service or a basket, place by place, through the quarters."""
