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

package ai.tinyfish.kotlin

import ai.tinyfish.run.SchemaValidation
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.Arguments
import org.junit.jupiter.params.provider.Arguments.arguments
import org.junit.jupiter.params.provider.MethodSource
import org.springframework.core.ParameterizedTypeReference
import java.lang.reflect.Type

/** The output schemas of Kotlin classes, as they are sent. */
class OutputTypeTests {

    @ParameterizedTest
    @MethodSource("schemas")
    fun nullableTypesAndDefaultsAreNotRequired(type: Type, expected: String) {
        Simulated().use {
            it.client.agent().run(REQUEST, ParameterizedTypeReference.forType<Any>(type))

            assertThat(it.sentSchema()).isEqualTo(json(expected))
        }
    }

    companion object {

        private const val MONEY = """
            "type": "object", "properties": {"amount": {"type": "integer"}, "currency": {"type": "string"}},
            "required": ["amount"]"""

        @JvmStatic
        fun schemas(): List<Arguments> = listOf(
            arguments(
                Product::class.java,
                """
                {"type": "object", "properties": {
                "plain": {"type": "string"},
                "number": {"type": "integer"},
                "nullable": {"type": "string", "nullable": true},
                "default": {"type": "integer"},
                "defaultList": {"type": "array", "items": {"type": "string"}},
                "nullableDefault": {"type": "string", "nullable": true},
                "isOpen": {"type": "boolean"},
                "nested": {$MONEY},
                "nullableNested": {$MONEY, "nullable": true},
                "list": {"type": "array", "items": {$MONEY}},
                "holes": {"type": "array", "items": {"type": "string", "nullable": true}},
                "amounts": {"type": "object"}},
                "required": ["plain", "number", "isOpen", "nested", "list", "holes"]}""",
            ),
            arguments(
                AllDefaults::class.java,
                """{"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}""",
            ),
            arguments(
                Stocked::class.java,
                """
                {"type": "object", "properties": {"sku": {"type": "string"}, "replacedBy": {"type": "string"}},
                "required": ["sku"]}""",
            ),
            arguments(
                Made::class.java,
                """
                {"type": "object", "properties": {"first": {"type": "string"}, "second": {"type": "string"},
                "3rd": {"type": "string", "nullable": true}}, "required": ["first"]}""",
            ),
            arguments(
                Bean::class.java,
                """
                {"type": "object", "properties": {"title": {"type": "string"},
                "note": {"type": "string", "nullable": true}, "name": {"type": "string"}},
                "required": ["name", "title"]}""",
            ),
            // a Java record, to which the rules of Java apply
            arguments(
                SchemaValidation.Violation::class.java,
                """
                {"type": "object", "properties": {"path": {"type": "string", "nullable": true},
                "expected": {"type": "string", "nullable": true}, "received": {"type": "string", "nullable": true},
                "message": {"type": "string", "nullable": true}}}""",
            ),
            arguments(
                object : ParameterizedTypeReference<Page<Money>>() {}.type,
                """
                {"type": "object", "properties": {"first": {$MONEY},
                "rest": {"type": "array", "items": {$MONEY}}, "next": {$MONEY, "nullable": true}},
                "required": ["first"]}""",
            ),
            arguments(
                object : ParameterizedTypeReference<List<Money>>() {}.type,
                """
                {"type": "object", "properties": {"items": {"type": "array", "items": {$MONEY}}},
                "required": ["items"]}""",
            ),
        )
    }
}
