"""The actions of DynamoDB that policies name, in small letters: policies do not tell letters apart.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
"""

from __future__ import annotations

_ON_ALL = """
describeendpoints describelimits describereservedcapacity describereservedcapacityofferings
getabacstatus listbackups listbulkoperations listcontributorinsights listexports listglobaltables
listimports liststreams listtables purchasereservedcapacityofferings updateabacstatus
"""
_ON_TABLES = """
associatetablereplica batchgetitem batchwriteitem cancelbulkoperation conditioncheckitem
createbackup createglobaltable createglobaltablewitness createtable createtablereplica
deletebackup deleteglobaltablewitness deleteitem deleteresourcepolicy deletetable
deletetablereplica describebackup describebulkoperation describecontinuousbackups
describecontributorinsights describeexport describeglobaltable describeglobaltablesettings
describeimport describekinesisstreamingdestination describestream describetable
describetablereplicaautoscaling describetimetolive disablekinesisstreamingdestination
enablekinesisstreamingdestination exporttabletopointintime getitem getrecords getresourcepolicy
getsharditerator importtable injecterror listtagsofresource partiqldelete partiqlinsert
partiqlselect partiqlupdate putitem putresourcepolicy query readdataforreplication
replicatesettings restoretablefromawsbackup restoretablefrombackup restoretabletopointintime scan
searchvectors startawsbackupjob startbulkputitems tagresource untagresource
updatecontinuousbackups updatecontributorinsights updateglobaltable updateglobaltablesettings
updateglobaltableversion updateitem updatekinesisstreamingdestination updatetable
updatetablereplicaautoscaling updatetimetolive writedataforreplication
"""

ON_ALL = frozenset(_ON_ALL.split())
"""Those that know no resource, so that a policy names all."""
ACTIONS = ON_ALL | frozenset(_ON_TABLES.split())
"""All of them."""
