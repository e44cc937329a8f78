import { App, Environment } from 'aws-cdk-lib';
import { DynamodbStack, GlobalIndex } from '../stacks/dynamodb/dynamodb-stack';

interface StageConfig {
  readonly isProd: boolean;
  readonly account: string;
}

const STAGES: Record<string, StageConfig> = {
  beta: { isProd: false, account: '111111111111' },
  prod: { isProd: true, account: '222222222222' },
};

export class NexusPipeline {
  constructor(app: App, deploymentEnvironment: Environment, computeEnvironment: Environment) {
    for (const pipelineStageConfig of [STAGES.beta, STAGES.prod]) {
      this.createDynamoDbStack(
        app, deploymentEnvironment, computeEnvironment, pipelineStageConfig.isProd,
        'Frameworks', 'frameworkName', 'version',
        [],
        [
          { indexName: 'FrameworkKeyIndex', partitionKey: 'frameworkKey' },
          { indexName: 'StatusIndex', partitionKey: 'status', sortKey: 'frameworkName' },
        ],
      );
      this.createDynamoDbStack(
        app, deploymentEnvironment, computeEnvironment, pipelineStageConfig.isProd,
        'FrameworkControls', 'frameworkKey', 'controlKey',
        [],
        [
          { indexName: 'ControlKeyIndex', partitionKey: 'controlKey' },
          { indexName: 'StatusIndex', partitionKey: 'status', sortKey: 'controlKey' },
        ],
      );
      this.createDynamoDbStack(
        app, deploymentEnvironment, computeEnvironment, pipelineStageConfig.isProd,
        'ControlMappings', 'controlKey', 'mappedControlKey',
        [],
        [
          { indexName: 'MappingKeyIndex', partitionKey: 'mappingKey' },
          { indexName: 'StatusIndex', partitionKey: 'status', sortKey: 'timestamp' },
          { indexName: 'WorkflowIndex', partitionKey: 'mappingWorkflowKey', sortKey: 'timestamp' },
          { indexName: 'ControlStatusIndex', partitionKey: 'controlKey', sortKey: 'status' },
        ],
      );
      this.createDynamoDbStack(
        app, deploymentEnvironment, computeEnvironment, pipelineStageConfig.isProd,
        'MappingReviews', 'mappingKey', 'reviewKey',
        [],
        [{ indexName: 'ReviewerIndex', partitionKey: 'reviewerId', sortKey: 'submittedAt' }],
      );
      this.createDynamoDbStack(
        app, deploymentEnvironment, computeEnvironment, pipelineStageConfig.isProd,
        'MappingFeedback', 'mappingKey', 'reviewerId',
        [],
        [{ indexName: 'UserFeedbackIndex', partitionKey: 'reviewerId', sortKey: 'mappingKey' }],
      );
      this.createDynamoDbStack(
        app, deploymentEnvironment, computeEnvironment, pipelineStageConfig.isProd,
        'ControlGuideIndex', 'guideKey', '', [], [],
      );
    }
  }

  private createDynamoDbStack(
    app: App,
    deploymentEnvironment: Environment,
    computeEnvironment: Environment,
    isProd: boolean,
    tableName: string,
    partitionKey: string,
    sortKey: string,
    readerAccounts: string[],
    globalIndexes: GlobalIndex[],
  ): DynamodbStack {
    return new DynamodbStack(app, `${tableName}-${isProd ? 'prod' : 'beta'}`, {
      env: deploymentEnvironment,
      tableName,
      partitionKey,
      sortKey: sortKey || undefined,
      globalIndexes,
      isProd,
    });
  }
}
