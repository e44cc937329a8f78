"""A stack with a resource of every type that formats write, with more properties than ours have."""

from __future__ import annotations

from collections.abc import Mapping

from trueup.infra.values import ARNS, PLACE, Attribute, Joined, Output, Property, Resource, Stack

_LAMBDA = {"Service": "lambda.amazonaws.com"}
_TAGS: Property = [{"Key": "layer", "Value": "every"}]
_ALLOW: Mapping[str, Property] = {"Effect": "Allow", "Action": ["dynamodb:Query"]}
_INVOCATION = Joined(
    (
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/",
        Attribute("EveryFunction", "Arn"),
        "/invocations",
    )
)


def _document(*statements: Mapping[str, Property]) -> Mapping[str, Property]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _password(name: str) -> Joined:
    return Joined(
        (
            "{{resolve:secretsmanager:",
            Attribute("EverySecret"),
            f":SecretString:{name}}}}}",
        )
    )


_TABLES = (
    Resource(
        "EveryTable",
        "AWS::DynamoDB::Table",
        {
            "TableName": "every",
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
            "SSESpecification": {
                "SSEEnabled": True,
                "SSEType": "KMS",
                "KMSMasterKeyId": Attribute("EveryKey", "Arn"),
            },
            "KinesisStreamSpecification": {
                "StreamArn": f"{ARNS}:kinesis:{PLACE}:stream/changes",
                "ApproximateCreationDateTimePrecision": "MICROSECOND",
            },
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "DeletionProtectionEnabled": True,
            "Tags": _TAGS,
        },
        is_kept=True,
    ),
    Resource(
        "EveryTarget",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        {
            "MaxCapacity": 50,
            "MinCapacity": 5,
            "ResourceId": Joined(("table/", Attribute("EveryTable"))),
            "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
            "ServiceNamespace": "dynamodb",
            "RoleARN": f"{ARNS}:iam::${{AWS::AccountId}}:role/scaling",
        },
    ),
    Resource(
        "EveryScaling",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        {
            "PolicyName": "read",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": Attribute("EveryTarget"),
            "TargetTrackingScalingPolicyConfiguration": {
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "DynamoDBReadCapacityUtilization"
                },
                "TargetValue": 70,
                "ScaleInCooldown": 60,
            },
        },
    ),
)
_FUNCTIONS = (
    Resource(
        "EveryRole",
        "AWS::IAM::Role",
        {
            "RoleName": "every-role",
            "AssumeRolePolicyDocument": _document(
                {"Effect": "Allow", "Principal": _LAMBDA, "Action": "sts:AssumeRole"}
            ),
            "ManagedPolicyArns": ["arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"],
            "Policies": [
                {
                    "PolicyName": "tables",
                    "PolicyDocument": _document(
                        {
                            **_ALLOW,
                            "Resource": Joined((Attribute("EveryTable", "Arn"), "/index/By")),
                            "Condition": {
                                "ForAllValues:StringLike": {
                                    "dynamodb:LeadingKeys": ["${aws:PrincipalTag/tenant}"]
                                }
                            },
                        }
                    ),
                }
            ],
            "Tags": _TAGS,
        },
    ),
    Resource(
        "EveryLogs",
        "AWS::Logs::LogGroup",
        {"LogGroupName": "/aws/lambda/every", "RetentionInDays": 30, "Tags": _TAGS},
    ),
    Resource(
        "EveryFunction",
        "AWS::Lambda::Function",
        {
            "FunctionName": "every-function",
            "Runtime": "python3.13",
            "Handler": "app.handlers.every",
            "Code": {"S3Bucket": "code", "S3Key": "every.zip"},
            "Role": Attribute("EveryRole", "Arn"),
            "Timeout": 30,
            "MemorySize": 256,
            "Architectures": ["arm64"],
            "Environment": {"Variables": {"TRUEUP_TABLE_EVERY": Attribute("EveryTable")}},
            "TracingConfig": {"Mode": "Active"},
            "LoggingConfig": {"LogFormat": "JSON", "LogGroup": Attribute("EveryLogs")},
            "DeadLetterConfig": {"TargetArn": Attribute("EveryQueue", "Arn")},
            "VpcConfig": {
                "SubnetIds": [Attribute("EverySubnet")],
                "SecurityGroupIds": [Attribute("EveryGroup", "GroupId")],
            },
            "ReservedConcurrentExecutions": 10,
            "Description": "Every property",
            "Tags": _TAGS,
        },
    ),
    Resource(
        "EveryQueue",
        "AWS::SQS::Queue",
        {
            "QueueName": "every-dead-letters",
            "MessageRetentionPeriod": 1_209_600,
            "SqsManagedSseEnabled": True,
            "VisibilityTimeout": 60,
            "Tags": _TAGS,
        },
    ),
    Resource(
        "EveryTrigger",
        "AWS::Lambda::EventSourceMapping",
        {
            "EventSourceArn": Attribute("EveryTable", "StreamArn"),
            "FunctionName": Attribute("EveryFunction", "Arn"),
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": 100,
            "MaximumBatchingWindowInSeconds": 1,
            "MaximumRecordAgeInSeconds": 21_600,
            "MaximumRetryAttempts": 5,
            "ParallelizationFactor": 2,
            "BisectBatchOnFunctionError": True,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "DestinationConfig": {
                "OnFailure": {"Destination": Attribute("EveryQueue", "Arn")},
            },
            "FilterCriteria": {"Filters": [{"Pattern": '{"eventName": ["INSERT"]}'}]},
            "MetricsConfig": {"Metrics": ["EventCount"]},
            "Enabled": True,
        },
        depends_on=("EveryRole",),
    ),
    Resource(
        "EveryPermission",
        "AWS::Lambda::Permission",
        {
            "Action": "lambda:InvokeFunction",
            "FunctionName": Attribute("EveryFunction"),
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": Joined((f"{ARNS}:execute-api:{PLACE}:", Attribute("EveryApi"), "/*")),
            "SourceAccount": "${AWS::AccountId}",
        },
    ),
)
_API = (
    Resource(
        "EveryApi",
        "AWS::ApiGateway::RestApi",
        {
            "Name": "every",
            "ApiKeySourceType": "HEADER",
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
            "Policy": _document({**_ALLOW, "Principal": "*", "Resource": "execute-api:/*"}),
            "Tags": _TAGS,
        },
    ),
    Resource(
        "EveryPath",
        "AWS::ApiGateway::Resource",
        {
            "RestApiId": Attribute("EveryApi"),
            "ParentId": Attribute("EveryApi", "RootResourceId"),
            "PathPart": "jobs",
        },
    ),
    Resource(
        "EveryMethod",
        "AWS::ApiGateway::Method",
        {
            "RestApiId": Attribute("EveryApi"),
            "ResourceId": Attribute("EveryPath"),
            "HttpMethod": "GET",
            "AuthorizationType": "NONE",
            "ApiKeyRequired": True,
            "RequestParameters": {"method.request.querystring.Page": False},
            "Integration": {
                "Type": "AWS_PROXY",
                "IntegrationHttpMethod": "POST",
                "Uri": _INVOCATION,
                "TimeoutInMillis": 29_000,
                "IntegrationResponses": [{"StatusCode": "200"}],
            },
            "MethodResponses": [{"StatusCode": "200"}],
        },
    ),
    Resource(
        "EveryDeployment",
        "AWS::ApiGateway::Deployment",
        {"RestApiId": Attribute("EveryApi"), "Description": "abc"},
        depends_on=("EveryMethod",),
    ),
    Resource(
        "EveryAuthorizer",
        "AWS::ApiGateway::Authorizer",
        {
            "Name": "who",
            "RestApiId": Attribute("EveryApi"),
            "Type": "REQUEST",
            "IdentitySource": "method.request.header.Authorization",
            "AuthorizerUri": _INVOCATION,
            "AuthorizerResultTtlInSeconds": 0,
        },
    ),
    Resource("EveryAccount", "AWS::ApiGateway::Account", {"CloudWatchRoleArn": _INVOCATION}),
    Resource(
        "EveryStage",
        "AWS::ApiGateway::Stage",
        {
            "RestApiId": Attribute("EveryApi"),
            "DeploymentId": Attribute("EveryDeployment"),
            "StageName": "prod",
            "TracingEnabled": True,
            "AccessLogSetting": {
                "DestinationArn": Attribute("EveryLogs", "Arn"),
                "Format": "$context.requestId",
            },
            "MethodSettings": [
                {
                    "HttpMethod": "GET",
                    "ResourcePath": "/~1jobs",
                    "ThrottlingRateLimit": 5.5,
                    "ThrottlingBurstLimit": 10,
                    "MetricsEnabled": True,
                    "LoggingLevel": "INFO",
                    "DataTraceEnabled": False,
                },
                {"HttpMethod": "*", "ResourcePath": "/*", "MetricsEnabled": True},
            ],
            "Tags": _TAGS,
        },
    ),
    Resource(
        "EveryApiKey",
        "AWS::ApiGateway::ApiKey",
        {"Name": "client", "Enabled": True, "GenerateDistinctId": True, "Tags": _TAGS},
        depends_on=("EveryStage",),
    ),
    Resource(
        "EveryPlan",
        "AWS::ApiGateway::UsagePlan",
        {
            "UsagePlanName": "free",
            "ApiStages": [
                {
                    "ApiId": Attribute("EveryApi"),
                    "Stage": Attribute("EveryStage"),
                    "Throttle": {"/jobs/GET": {"RateLimit": 1, "BurstLimit": 2}},
                }
            ],
            "Throttle": {"RateLimit": 10, "BurstLimit": 20},
            "Quota": {"Limit": 1000, "Period": "DAY"},
        },
    ),
    Resource(
        "EveryPlanKey",
        "AWS::ApiGateway::UsagePlanKey",
        {
            "KeyId": Attribute("EveryApiKey"),
            "KeyType": "API_KEY",
            "UsagePlanId": Attribute("EveryPlan"),
        },
    ),
)
_NETWORK = (
    Resource(
        "EveryVpc",
        "AWS::EC2::VPC",
        {
            "CidrBlock": "10.0.0.0/16",
            "EnableDnsHostnames": True,
            "EnableDnsSupport": True,
            "Tags": _TAGS,
        },
    ),
    Resource(
        "EverySubnet",
        "AWS::EC2::Subnet",
        {
            "VpcId": Attribute("EveryVpc"),
            "CidrBlock": "10.0.0.0/24",
            "AvailabilityZone": {"Fn::Select": [0, {"Fn::GetAZs": ""}]},
            "MapPublicIpOnLaunch": False,
        },
    ),
    Resource(
        "OtherSubnet",
        "AWS::EC2::Subnet",
        {
            "VpcId": Attribute("EveryVpc"),
            "CidrBlock": "10.0.1.0/24",
            "AvailabilityZone": {"Fn::Select": [1, {"Fn::GetAZs": ""}]},
        },
    ),
    Resource("EveryRoutes", "AWS::EC2::RouteTable", {"VpcId": Attribute("EveryVpc")}),
    Resource(
        "EveryAssociation",
        "AWS::EC2::SubnetRouteTableAssociation",
        {"RouteTableId": Attribute("EveryRoutes"), "SubnetId": Attribute("EverySubnet")},
    ),
    Resource(
        "EveryGroup",
        "AWS::EC2::SecurityGroup",
        {
            "GroupDescription": "Functions",
            "GroupName": "functions",
            "VpcId": Attribute("EveryVpc"),
            "SecurityGroupEgress": [
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16"}
            ],
            "SecurityGroupIngress": [{"IpProtocol": "-1", "CidrIp": "10.0.0.0/16"}],
        },
    ),
    Resource(
        "EveryIngress",
        "AWS::EC2::SecurityGroupIngress",
        {
            "GroupId": Attribute("EveryGroup", "GroupId"),
            "IpProtocol": "tcp",
            "FromPort": 5432,
            "ToPort": 5432,
            "SourceSecurityGroupId": Attribute("EveryGroup", "GroupId"),
            "Description": "From the proxy",
        },
    ),
    Resource(
        "EveryEgress",
        "AWS::EC2::SecurityGroupEgress",
        {
            "GroupId": Attribute("EveryGroup", "GroupId"),
            "IpProtocol": "tcp",
            "FromPort": 5432,
            "ToPort": 5432,
            "DestinationSecurityGroupId": Attribute("EveryGroup", "GroupId"),
        },
    ),
    Resource(
        "EveryEndpoint",
        "AWS::EC2::VPCEndpoint",
        {
            "VpcId": Attribute("EveryVpc"),
            "ServiceName": "com.amazonaws.${AWS::Region}.secretsmanager",
            "VpcEndpointType": "Interface",
            "SubnetIds": [Attribute("EverySubnet")],
            "SecurityGroupIds": [Attribute("EveryGroup", "GroupId")],
            "PrivateDnsEnabled": True,
            "PolicyDocument": _document({**_ALLOW, "Principal": "*", "Resource": "*"}),
        },
    ),
)
_DATABASE = (
    Resource(
        "EverySecret",
        "AWS::SecretsManager::Secret",
        {
            "Name": "every/database",
            "GenerateSecretString": {
                "SecretStringTemplate": '{"username": "every"}',
                "GenerateStringKey": "password",
                "PasswordLength": 32,
                "ExcludeCharacters": '"@/\\',
            },
            "Tags": _TAGS,
        },
    ),
    Resource(
        "EverySecretAttachment",
        "AWS::SecretsManager::SecretTargetAttachment",
        {
            "SecretId": Attribute("EverySecret"),
            "TargetId": Attribute("EveryDatabase"),
            "TargetType": "AWS::RDS::DBInstance",
        },
    ),
    Resource(
        "EverySubnets",
        "AWS::RDS::DBSubnetGroup",
        {
            "DBSubnetGroupName": "every",
            "DBSubnetGroupDescription": "Isolated",
            "SubnetIds": [Attribute("EverySubnet"), Attribute("OtherSubnet")],
        },
    ),
    Resource(
        "EveryParameters",
        "AWS::RDS::DBParameterGroup",
        {
            "DBParameterGroupName": "every",
            "Family": "postgres16",
            "Description": "TLS only",
            "Parameters": {"rds.force_ssl": "1"},
        },
    ),
    Resource(
        "EveryDatabase",
        "AWS::RDS::DBInstance",
        {
            "DBInstanceIdentifier": "every",
            "DBInstanceClass": "db.t4g.micro",
            "Engine": "postgres",
            "EngineVersion": "16.4",
            "DBName": "every",
            "AllocatedStorage": "20",
            "MaxAllocatedStorage": 1000,
            "StorageType": "gp3",
            "StorageEncrypted": True,
            "MasterUsername": _password("username"),
            "MasterUserPassword": _password("password"),
            "DBSubnetGroupName": Attribute("EverySubnets"),
            "DBParameterGroupName": Attribute("EveryParameters"),
            "VPCSecurityGroups": [Attribute("EveryGroup", "GroupId")],
            "BackupRetentionPeriod": 7,
            "DeletionProtection": True,
            "MultiAZ": True,
            "PubliclyAccessible": False,
            "AutoMinorVersionUpgrade": True,
            "CopyTagsToSnapshot": True,
            "EnablePerformanceInsights": True,
            "PerformanceInsightsRetentionPeriod": 7,
            "MonitoringInterval": 60,
            "MonitoringRoleArn": Attribute("EveryRole", "Arn"),
            "EnableIAMDatabaseAuthentication": True,
            "EnableCloudwatchLogsExports": ["postgresql"],
            "Tags": _TAGS,
        },
    ),
    Resource(
        "EveryProxy",
        "AWS::RDS::DBProxy",
        {
            "DBProxyName": "every",
            "EngineFamily": "POSTGRESQL",
            "RequireTLS": True,
            "RoleArn": Attribute("EveryRole", "Arn"),
            "Auth": [
                {
                    "AuthScheme": "SECRETS",
                    "IAMAuth": "DISABLED",
                    "SecretArn": Attribute("EverySecret"),
                    "ClientPasswordAuthType": "POSTGRES_SCRAM_SHA_256",
                }
            ],
            "IdleClientTimeout": 1800,
            "DebugLogging": False,
            "VpcSubnetIds": [Attribute("EverySubnet"), Attribute("OtherSubnet")],
            "VpcSecurityGroupIds": [Attribute("EveryGroup", "GroupId")],
        },
    ),
    Resource(
        "EveryProxyTarget",
        "AWS::RDS::DBProxyTargetGroup",
        {
            "DBProxyName": Attribute("EveryProxy"),
            "TargetGroupName": "default",
            "DBInstanceIdentifiers": [Attribute("EveryDatabase")],
            "ConnectionPoolConfigurationInfo": {
                "MaxConnectionsPercent": 90,
                "MaxIdleConnectionsPercent": 50,
                "ConnectionBorrowTimeout": 30,
            },
        },
    ),
    Resource(
        "EverySecretPolicy",
        "AWS::SecretsManager::ResourcePolicy",
        {
            "SecretId": Attribute("EverySecret"),
            "ResourcePolicy": _document({**_ALLOW, "Principal": "*", "Resource": "*"}),
        },
    ),
)
_WATCHING = (
    Resource(
        "EveryKey",
        "AWS::KMS::Key",
        {
            "Description": "Every",
            "EnableKeyRotation": True,
            "PendingWindowInDays": 30,
            "KeyPolicy": _document({**_ALLOW, "Principal": "*", "Resource": "*"}),
        },
    ),
    Resource(
        "EveryAlias",
        "AWS::KMS::Alias",
        {"AliasName": "alias/every", "TargetKeyId": Attribute("EveryKey")},
    ),
    Resource(
        "EveryTopic",
        "AWS::SNS::Topic",
        {"TopicName": "every-alarms", "KmsMasterKeyId": Attribute("EveryKey")},
    ),
    Resource(
        "EveryAlarm",
        "AWS::CloudWatch::Alarm",
        {
            "AlarmName": "every-slow",
            "AlarmDescription": "Slow",
            "Namespace": "AWS/Lambda",
            "MetricName": "Duration",
            "Dimensions": [{"Name": "FunctionName", "Value": Attribute("EveryFunction")}],
            "ExtendedStatistic": "p90",
            "Period": 60,
            "Threshold": 1000,
            "ComparisonOperator": "GreaterThanThreshold",
            "DatapointsToAlarm": 3,
            "EvaluationPeriods": 5,
            "TreatMissingData": "notBreaching",
            "AlarmActions": [Attribute("EveryTopic")],
            "OKActions": [Attribute("EveryTopic")],
            "InsufficientDataActions": [Attribute("EveryTopic")],
        },
    ),
    Resource(
        "EveryComposite",
        "AWS::CloudWatch::CompositeAlarm",
        {
            "AlarmName": "every-health",
            "AlarmRule": Joined(('ALARM("', Attribute("EveryAlarm"), '")')),
            "ActionsSuppressor": Attribute("EveryAlarm"),
            "ActionsSuppressorWaitPeriod": 60,
            "ActionsSuppressorExtensionPeriod": 60,
        },
    ),
    Resource(
        "EveryDashboard",
        "AWS::CloudWatch::Dashboard",
        {"DashboardName": "every", "DashboardBody": '{"widgets": []}'},
    ),
)
EVERY = Stack(
    "every",
    "A resource of every type",
    (*_TABLES, *_FUNCTIONS, *_API, *_NETWORK, *_DATABASE, *_WATCHING),
    outputs=(
        Output("Endpoint", Attribute("EveryProxy", "Endpoint"), "Where the database is"),
        Output("Host", Attribute("EveryDatabase", "Endpoint.Address"), "Its own address"),
    ),
)
