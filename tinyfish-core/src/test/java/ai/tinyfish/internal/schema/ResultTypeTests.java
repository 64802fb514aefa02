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

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.schema.OutputSchemasTests.Bean;
import ai.tinyfish.internal.schema.OutputSchemasTests.Built;
import ai.tinyfish.internal.schema.OutputSchemasTests.Child;
import ai.tinyfish.internal.schema.OutputSchemasTests.Extra;
import ai.tinyfish.internal.schema.OutputSchemasTests.Lenient;
import ai.tinyfish.internal.schema.OutputSchemasTests.Product;
import ai.tinyfish.internal.schema.OutputSchemasTests.Strange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResultType}, which repeats what Jackson decides inside: they fail if a
 * new version of Jackson decides otherwise.
 */
class ResultTypeTests {

	static Stream<Arguments> types() {
		return Stream.of(Arguments.of(Bean.class, Set.of()), Arguments.of(Built.class, Set.of()),
				Arguments.of(Lenient.class, Set.of()), Arguments.of(Strange.class, Set.of()),
				Arguments.of(Child.class, Set.of("family")), Arguments.of(Extra.class, Set.of("more")),
				Arguments.of(Product.class, Set.of("locale")));
	}

	@ParameterizedTest
	@MethodSource("types")
	void jacksonHasTheSamePropertiesAndThoseThatJsonDoesNotName(Class<?> type, Set<String> unnamed) {
		JavaType javaType = Json.resultMapper().constructType(type);
		BeanDeserializerBase deserializer = (BeanDeserializerBase) Json.resultMapper()
			._deserializationContext()
			.findRootValueDeserializer(javaType);
		Set<String> names = new HashSet<>(unnamed);
		ResultType.of(javaType).properties().forEach((property) -> names.add(property.name()));
		assertThat(deserializer.properties()).toIterable()
			.extracting(SettableBeanProperty::getName)
			.containsExactlyInAnyOrderElementsOf(names);
	}

	@Test
	void propertiesOfATypeInsideItselfAreReadOnce() {
		ResultType tree = ResultType.of(Json.resultMapper().constructType(Tree.class));
		assertThat(tree.properties()).extracting(ResultType::name).containsExactly("name", "left", "right", "more");
		assertThat(tree.properties().subList(1, 3)).allSatisfy((branch) -> {
			assertThat(branch.properties()).isSameAs(tree.properties());
			assertThat(branch.names()).isSameAs(tree.names());
		});
		ResultType element = tree.properties().get(3).content();
		assertThat(element.properties()).isSameAs(tree.properties());
		assertThat(element.names()).isSameAs(tree.names());
	}

	record Tree(String name, @Nullable Tree left, @Nullable Tree right, List<Tree> more) {
	}

}
