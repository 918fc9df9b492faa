check 'Water' water
check 'Mill Race' mill-race
