"""Links that lead nowhere: `finding` looks through the published content for links and judges
those to our own pages, `asking` asks other sites, `report` shows staff what is wrong."""
