"""CloudFormation's language: functions, conditions, loops, SAM, nested stacks, cdk.out."""
