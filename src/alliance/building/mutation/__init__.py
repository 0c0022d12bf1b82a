"""Change reference answers by rule and judge what comes out: does the check tell right from wrong?"""
