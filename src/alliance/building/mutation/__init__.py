"""Change reference answers by rule and judge what comes out: whether the check tells right from wrong."""
