"""What is wrong with a policy that pydantic cannot see."""
