"""The storm kit: what an office keeps for a day without a network, as one signed file and on paper."""
