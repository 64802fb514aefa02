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

package ai.tinyfish.internal.json;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JacksonModule;

import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;

/**
 * Jackson's module for Kotlin, with which {@link Json#resultMapper()} reads Kotlin
 * classes. It is optional and found by name, so that this code does not refer to Kotlin.
 * It needs Kotlin's reflection, which an application may have excluded.
 */
public final class KotlinSupport {

	private static final Logger logger = LoggerFactory.getLogger(KotlinSupport.class);

	private static final String PACKAGE = "tools.jackson.module.kotlin.";

	private static final @Nullable JacksonModule MODULE = KotlinDetector.isKotlinReflectPresent() ? createModule()
			: null;

	private KotlinSupport() {
	}

	/**
	 * Return whether Kotlin classes are read by the rules of Kotlin: whether Jackson's
	 * module and Kotlin's reflection are on the class path.
	 * @return true if they are
	 */
	public static boolean isPresent() {
		return MODULE != null;
	}

	static @Nullable JacksonModule module() {
		return MODULE;
	}

	private static @Nullable JacksonModule createModule() {
		try {
			Class<?> builderType = type("KotlinModule$Builder");
			Class<?> featureType = type("KotlinFeature");
			Object builder = builderType.getConstructor().newInstance();
			// both refuse null in lists and maps; the newer setting appears in the
			// metadata of a property
			Method configure = builderType.getMethod("configure", featureType, boolean.class);
			configure.invoke(builder, featureType.getField("StrictNullChecks").get(null), false);
			configure.invoke(builder, featureType.getField("NewStrictNullChecks").get(null), true);
			return (JacksonModule) builderType.getMethod("build").invoke(builder);
		}
		catch (ClassNotFoundException ex) {
			return null;
		}
		catch (ReflectiveOperationException | LinkageError ex) {
			logger.warn("Kotlin classes cannot be output types: the version of jackson-module-kotlin is not supported."
					+ " Use the one that Spring Boot manages", ex);
			return null;
		}
	}

	private static Class<?> type(String name) throws ClassNotFoundException {
		return ClassUtils.forName(PACKAGE + name, KotlinSupport.class.getClassLoader());
	}

}
