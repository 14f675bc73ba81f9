"""A producer and a consumer as the document writes them, driven over standard input and output.

The message handling is the document's own; around it stands only what a program needs to be told
what to publish (one JSON object a line) and to tell what it has read (the same).
"""
import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Dict, List

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer


@dataclass
class UserRegistered:
    """사용자 등록 이벤트"""
    user_id: int
    email: str
    username: str
    display_name: str
    timestamp: datetime

    def to_dict(self) -> Dict:
        data = asdict(self)
        data['timestamp'] = self.timestamp.isoformat()
        return data


@dataclass
class FriendRequestSent:
    """친구 요청 전송 이벤트"""
    friendship_id: int
    requester_id: int
    requester_name: str
    addressee_id: int
    addressee_name: str
    timestamp: datetime

    def to_dict(self) -> Dict:
        data = asdict(self)
        data['timestamp'] = self.timestamp.isoformat()
        return data


EVENTS = {'UserRegistered': UserRegistered, 'FriendRequestSent': FriendRequestSent}


class DomainEventProducer:
    """Domain Events를 Kafka로 발행하는 Producer"""

    def __init__(self, bootstrap_servers: str):
        self.bootstrap_servers = bootstrap_servers
        self.producer: AIOKafkaProducer = None

    async def start(self):
        self.producer = AIOKafkaProducer(
            bootstrap_servers=self.bootstrap_servers,
            value_serializer=lambda v: json.dumps(v).encode('utf-8'),
            key_serializer=lambda k: str(k).encode('utf-8') if k else None,
            acks='all',
            compression_type='snappy',
            request_timeout_ms=30000,
        )
        await self.producer.start()

    async def stop(self):
        if self.producer:
            await self.producer.stop()

    async def publish(self, topic: str, event: Any, key: str = None):
        """Domain Event 발행"""
        if hasattr(event, 'to_dict'):
            event_data = event.to_dict()
        else:
            event_data = event
        return await self.producer.send_and_wait(topic=topic, value=event_data, key=key)


class DomainEventConsumer:
    """Domain Events를 Kafka에서 소비하는 Consumer"""

    def __init__(self, bootstrap_servers: str, topics: List[str], group_id: str, handler):
        self.bootstrap_servers = bootstrap_servers
        self.topics = topics
        self.group_id = group_id
        self.handler = handler

    async def run(self):
        consumer = AIOKafkaConsumer(
            *self.topics,
            bootstrap_servers=self.bootstrap_servers,
            group_id=self.group_id,
            value_deserializer=lambda m: json.loads(m.decode('utf-8')),
            auto_offset_reset='earliest',
            enable_auto_commit=True,
            max_poll_records=100,
        )
        await consumer.start()
        try:
            async for msg in consumer:
                await self.handler(msg)
        finally:
            await consumer.stop()


def tell(message: Dict) -> None:
    print(json.dumps(message), flush=True)


async def produce(bootstrap_servers: str) -> None:
    """Publishes {"topic", "event", "data", "key"} lines; tells where each one lies."""
    producer = DomainEventProducer(bootstrap_servers)
    await producer.start()
    try:
        for line in sys.stdin:
            asked = json.loads(line)
            data = dict(asked['data'])
            event = data
            if asked['event'] in EVENTS:
                data['timestamp'] = datetime.fromisoformat(data['timestamp'])
                event = EVENTS[asked['event']](**data)
            where = await producer.publish(asked['topic'], event, asked['key'])
            tell({'key': asked['key'], 'partition': where.partition, 'offset': where.offset})
    finally:
        await producer.stop()


async def consume(bootstrap_servers: str, group_id: str, topics: List[str]) -> None:
    """Tells every record that it reads, until it is ended."""

    async def handle(msg) -> None:
        headers = [[name, value.decode('utf-8')] for name, value in msg.headers]
        key = None if msg.key is None else msg.key.decode('utf-8')
        tell({'topic': msg.topic, 'partition': msg.partition, 'key': key,
              'value': msg.value, 'headers': headers})

    await DomainEventConsumer(bootstrap_servers, topics, group_id, handle).run()


if __name__ == '__main__':
    if sys.argv[1] == 'produce':
        asyncio.run(produce(sys.argv[2]))
    else:
        asyncio.run(consume(sys.argv[2], sys.argv[3], sys.argv[4:]))
