"""Back and forth between a learning platform and a course's folder, by the files that both write.

systems      the platforms: how the download of each is read, and what each takes back
moodle, canvas, gradescope, ilias, folder
             one platform each
downloads    what lies in a download, be it a zip or a folder, and whoever made it
hand_ins     whose files are whose: what all platforms have in common
collected    what was collected, from where: remembered for giving back
collecting   from downloads to `submitted/` and `received.csv`
canvas_api   Canvas again, without files
parcels      what goes back to a class
returning    from grades and pages to the files that a platform takes back
"""
