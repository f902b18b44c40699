"""What web servers log: the Exchange front end and intranet on IIS, the public site on Apache."""
