"""Resources of AWS: what each part of a layer becomes, in the words of CloudFormation."""
