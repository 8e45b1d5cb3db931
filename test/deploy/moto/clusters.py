"""MSK: moto's ARNs of clusters have no name in them, and it knows no topics."""

import json
from urllib.parse import unquote

from moto.kafka.models import FakeKafkaCluster, kafka_backends
from moto.kafka.responses import KafkaResponse
from moto.utilities.utils import get_partition

# The ARNs of topics and groups are made from the name.
FakeKafkaCluster._generate_arn = lambda self: (
    f"arn:{get_partition(self.region_name)}:kafka:{self.region_name}:{self.account_id}"
    f":cluster/{self.cluster_name}/{self.cluster_id}-1"
)


def cluster_and_topic(self):
    path = unquote(self.parsed_url.path.split("/clusters/")[-1])
    arn, _, topic = path.partition("/topics")
    cluster = kafka_backends[self.current_account][self.region].clusters[arn]
    if not hasattr(cluster, "topics"):
        cluster.topics = {}
    return cluster, topic.removeprefix("/")


def topic_arn(cluster, name):
    return f"{cluster.arn.replace(':cluster/', ':topic/')}/{name}"


def create_topic(self):
    cluster, _ = cluster_and_topic(self)
    name = self._get_param("topicName")
    cluster.topics[name] = {
        "topicArn": topic_arn(cluster, name),
        "topicName": name,
        "partitionCount": self._get_param("partitionCount"),
        "replicationFactor": self._get_param("replicationFactor"),
    }
    return json.dumps({"topicArn": topic_arn(cluster, name), "topicName": name, "status": "ACTIVE"})


def delete_topic(self):
    cluster, name = cluster_and_topic(self)
    del cluster.topics[name]
    return json.dumps({"topicArn": topic_arn(cluster, name), "topicName": name})


PAGE = 3


def list_topics(self):
    """In pages, as AWS does where there are many."""
    cluster, _ = cluster_and_topic(self)
    start = int((self.querystring.get("nextToken") or ["0"])[0])
    topics = list(cluster.topics.values())
    answer = {"topics": topics[start : start + PAGE]}
    if start + PAGE < len(topics):
        answer["nextToken"] = str(start + PAGE)
    return json.dumps(answer)


KafkaResponse.create_topic = create_topic
KafkaResponse.delete_topic = delete_topic
KafkaResponse.list_topics = list_topics
