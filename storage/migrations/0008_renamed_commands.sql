-- Communities that used the bot under the commands' former names: their moderators get one notice.
INSERT INTO preferences (community, name, value)
SELECT community, 'renamed-commands', 'unannounced' FROM queue_communities
UNION SELECT community, 'renamed-commands', 'unannounced' FROM preferences;
