import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Reads a topic of dead letters as somebody would who has Kafka's consumer, Apache Avro and the registry's address, and
 * nothing of this project. Arguments: brokers, registry, topic. Prints one JSON object a line, bytes as base64.
 */
public class ReadDeadLetters {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Map<Integer, Schema> SCHEMAS = new HashMap<>();

  public static void main(String[] args) throws Exception {
    String brokers = args[0], registry = args[1], topic = args[2];
    Map<String, Object> config = Map.of("bootstrap.servers", brokers);
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<byte[], byte[]>(config, bytes, bytes)) {
      List<TopicPartition> partitions = new ArrayList<>();
      consumer.partitionsFor(topic).forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
          if (record.value() != null) System.out.println(JSON.writeValueAsString(toJson(record, registry)));
        }
      }
    }
  }

  private static ObjectNode toJson(ConsumerRecord<byte[], byte[]> record, String registry) throws Exception {
    ByteBuffer buffer = ByteBuffer.wrap(record.value());
    if (buffer.get() != 0) throw new IllegalStateException("not Confluent's wire format");
    Schema schema = schemaOf(buffer.getInt(), registry);
    var decoder = DecoderFactory.get().binaryDecoder(record.value(), 5, record.value().length - 5, null);
    GenericRecord letter = new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
    if (!decoder.isEnd()) throw new IllegalStateException("bytes are left over");
    ObjectNode json = JSON.createObjectNode();
    json.put("key", new String(record.key(), "UTF-8"));
    json.put("schema", schema.getFullName());
    json.put("timestampType", schema.getField("originalTimestamp").schema().getLogicalType().getName());
    for (Schema.Field field : schema.getFields()) json.putPOJO(field.name(), plain(letter.get(field.name())));
    return json;
  }

  private static Object plain(Object value) {
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes; // Jackson writes base64.
    }
    if (value instanceof GenericRecord record) {
      ObjectNode json = JSON.createObjectNode();
      for (Schema.Field field : record.getSchema().getFields()) {
        json.putPOJO(field.name(), plain(record.get(field.name())));
      }
      return json;
    }
    if (value instanceof List<?> list) {
      ArrayNode json = JSON.createArrayNode();
      list.forEach(item -> json.addPOJO(plain(item)));
      return json;
    }
    return value instanceof CharSequence ? value.toString() : value;
  }

  private static Schema schemaOf(int id, String registry) throws Exception {
    if (!SCHEMAS.containsKey(id)) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(registry + "/schemas/ids/" + id)).build();
      String body = HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
      SCHEMAS.put(id, new Schema.Parser().parse(JSON.readTree(body).get("schema").asText()));
    }
    return SCHEMAS.get(id);
  }
}
