/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package ai.tinyfish.internal.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link OutputSchemas} with types that no schema can describe.
 */
class RefusedOutputTypeTests {

	static Stream<Arguments> refused() {
		return Stream.of(Arguments.of(Node.class, "Node", "contains itself"),
				Arguments.of(Ping.class, "Ping", "itself"), Arguments.of(Shape.class, "Shape", "abstract"),
				Arguments.of(Comparable.class, "Comparable", "abstract"),
				Arguments.of(HasShape.class, "Shape", "abstract"), Arguments.of(Own.class, "Own", "deserializer"),
				Arguments.of(Typed.class, "Typed", "type information"),
				Arguments.of(Empty.class, "Empty", "no properties"),
				Arguments.of(Growing.class, "Growing", "nested deeper"),
				Arguments.of(Nodes.class, "Nodes", "contains itself"), Arguments.of(Enum.class, "Enum", "abstract"),
				Arguments.of(Inner.class, "Inner", "constructor"), Arguments.of(Final.class, "Final", "constructor"),
				Arguments.of(ReadOnly.class, "ReadOnly", "no properties"),
				Arguments.of(Delegating.class, "Delegating", "property by property"),
				Arguments.of(Unwrapped.class, "Unwrapped", "unwrapped"),
				Arguments.of(UnwrappedRecord.class, "UnwrappedRecord", "its property point is unwrapped"),
				Arguments.of(Described.class, "Described", "not written as texts"),
				Arguments.of(HasDescribed.class, "Described", "not written as texts"),
				Arguments.of(Nothing.class, "Nothing", "not written as texts"),
				Arguments.of(Tuple.class, "Tuple", "as an array"),
				Arguments.of(HasTuple.class, "HasTuple", "point is written as an array"),
				Arguments.of(TooDeep.class, "TooDeep", "nested deeper"), Arguments.of(Thread.class, "Thread", "JSON"));
	}

	@ParameterizedTest
	@MethodSource("refused")
	void aTypeThatCannotBeDescribedIsNamedWithTheReason(Class<?> type, String name, String why) {
		assertThatIllegalArgumentException().isThrownBy(() -> OutputSchemas.of(type))
			.withMessageContaining(name)
			.withMessageContaining(why)
			.withMessageContaining("outputSchema(Map)");
	}

	static Stream<Arguments> places() {
		return Stream.of(Arguments.of(HasShape.class, "Shape at HasShape.shape: it is abstract"),
				Arguments.of(HasSupplier.class, "Supplier<java.lang.String> at HasSupplier.employer: it is abstract"),
				Arguments.of(HasDescribed.class, "Described at HasDescribed.all: its constants"),
				Arguments.of(HasInner.class, "Inner at HasInner.inner: it has no constructor"),
				Arguments.of(Node.class, "Node at Node.children: it contains itself"),
				Arguments.of(Ping.class, "Ping at Pong.pings: it contains itself"),
				Arguments.of(HasTuple.class, "HasTuple: its property point"),
				Arguments.of(AfterPoint.class, "AfterPoint: its property unwrapped"),
				Arguments.of(Shape.class, "Shape: it is abstract"));
	}

	@ParameterizedTest
	@MethodSource("places")
	void thePropertyOfARefusedTypeIsNamed(Class<?> type, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> OutputSchemas.of(type)).withMessageContaining(message);
	}

	@JsonFormat(shape = JsonFormat.Shape.OBJECT)
	enum Described {

		FINE;

		public String getLabel() {
			return "Fine";
		}

	}

	record HasDescribed(List<Described> all) {
	}

	enum Nothing {

	}

	@JsonFormat(shape = JsonFormat.Shape.ARRAY)
	record Tuple(int x, int y) {
	}

	record HasTuple(@JsonFormat(shape = JsonFormat.Shape.ARRAY) Point point) {
	}

	record TooDeep(List<List<List<List<List<List<List<List<List<List<String>>>>>>>>>> nested) {
	}

	record UnwrappedRecord(String name, @JsonUnwrapped Point point) {
	}

	record Node(String name, List<Node> children) {
	}

	record Ping(Optional<Pong> pong) {
	}

	record Pong(Map<String, String> names, Ping[] pings) {
	}

	interface Shape {

		int corners();

	}

	record HasShape(Shape shape) {
	}

	record HasSupplier(String title, @JsonProperty("company") Supplier<String> employer) {
	}

	record HasInner(Point point, Inner inner) {
	}

	record AfterPoint(Point point, @JsonUnwrapped Point unwrapped) {
	}

	record Empty() {
	}

	@JsonDeserialize(using = OwnDeserializer.class)
	record Own(String text) {
	}

	static class OwnDeserializer extends ValueDeserializer<Own> {

		@Override
		public Own deserialize(JsonParser parser, DeserializationContext context) {
			return new Own(parser.getString());
		}

	}

	record Growing<T>(T value, Growing<List<T>> next) {
	}

	static class Nodes extends ArrayList<Nodes> {

	}

	class Inner {

		public String name = "";

	}

	static final class Final {

		private final String name;

		Final(String name, int length) {
			this.name = name.substring(0, length);
		}

		Final(String name) {
			this.name = name;
		}

		public String getName() {
			return this.name;
		}

	}

	static class ReadOnly {

		public String getName() {
			return "";
		}

	}

	static final class Delegating {

		public String name = "";

		@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
		static Delegating of(Map<String, String> values) {
			return new Delegating();
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	record Typed(String text) {
	}

	static class Unwrapped {

		@JsonUnwrapped
		public Point point = new Point(0, 0);

	}

}
