"""Deploys: the updates of a stack that lead from a deployed template to the declarations."""
