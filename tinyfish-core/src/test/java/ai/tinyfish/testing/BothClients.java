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

package ai.tinyfish.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Runs a test class once against each client. The class has a field
 * {@code @Parameter ClientKind}, and makes its clients with it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}")
@ArgumentsSource(BothClients.Kinds.class)
public @interface BothClients {

	/**
	 * Whether {@code mvn verify} runs the class against each client, too: to test
	 * differences between the two, such as calls. The other classes test how runs are
	 * followed, for which both clients use the same code; {@code mvn verify} runs them
	 * against the blocking client.
	 */
	boolean always() default false;

	/**
	 * The clients of the system property {@code tinyfish.test.clients}, or all.
	 */
	class Kinds implements ArgumentsProvider, AnnotationConsumer<BothClients> {

		private static final String PROPERTY = "tinyfish.test.clients";

		private boolean always;

		@Override
		public void accept(BothClients annotation) {
			this.always = annotation.always();
		}

		@Override
		public Stream<Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
			List<ClientKind> all = List.of(ClientKind.values());
			String chosen = System.getProperty(PROPERTY);
			List<ClientKind> kinds = (this.always || chosen == null) ? all
					: Stream.of(chosen.split(",")).map(ClientKind::valueOf).toList();
			return kinds.stream().map(Arguments::of);
		}

	}

}
