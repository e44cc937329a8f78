import { RemovalPolicy, Stack, StackProps, Tags } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

export interface GlobalIndex {
  readonly indexName: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
}

export interface DynamodbStackProps extends StackProps {
  readonly tableName: string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  readonly globalIndexes: GlobalIndex[];
  readonly isProd: boolean;
}

/** A table as all our tables are: recoverable, protected, billed by request. */
export class DynamodbStack extends Stack {
  public readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string, props: DynamodbStackProps) {
    super(scope, id, props);

    this.table = new dynamodb.Table(this, `${props.tableName}Table`, {
      tableName: props.tableName,
      partitionKey: { name: props.partitionKey, type: dynamodb.AttributeType.STRING },
      sortKey: props.sortKey
        ? { name: props.sortKey, type: dynamodb.AttributeType.STRING }
        : undefined,
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      timeToLiveAttribute: 'expiryTime',
      encryption: dynamodb.TableEncryption.DEFAULT,
      removalPolicy: props.isProd ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });

    props.globalIndexes.forEach((index) => {
      this.table.addGlobalSecondaryIndex({
        indexName: index.indexName,
        partitionKey: { name: index.partitionKey, type: dynamodb.AttributeType.STRING },
        ...(index.sortKey && {
          sortKey: { name: index.sortKey, type: dynamodb.AttributeType.STRING },
        }),
      });
    });

    for (const [key, value] of Object.entries({ Service: 'Nexus', Team: 'Compliance' })) {
      Tags.of(this).add(key, value);
    }
  }
}
