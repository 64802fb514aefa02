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

import ai.tinyfish.run.GoalOutcome
import ai.tinyfish.run.TinyFishResultMappingException
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.CsvSource
import org.springframework.core.ParameterizedTypeReference

/** Results that are read as Kotlin classes, and the verdict on their runs. */
class TypedResultTests {

    @Test
    fun optionalPropertyMayBeAbsent() {
        Simulated(REQUIRED).use {
            val run = it.client.agent().run(REQUEST, Product::class.java)

            assertThat(run.value()).isEqualTo(PRODUCT)
            assertThat(run.run().schemaValidation()?.valid()).isTrue()
            assertThat(outcome(run.run())).isEqualTo(GoalOutcome.ACHIEVED)
            assertThat(run.run().result().to(Product::class.java)).isEqualTo(PRODUCT)
        }
    }

    @Test
    fun nullIsReadWhereTheTypeIsNullable() {
        Simulated(with("\"nullable\": null, \"nullableDefault\": null, \"nullableNested\": null")).use {
            val run = it.client.agent().run(REQUEST, Product::class.java)

            assertThat(run.value()).isEqualTo(PRODUCT.copy(nullableDefault = null))
            assertThat(outcome(run.run())).isEqualTo(GoalOutcome.ACHIEVED)
        }
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock = """
            "plain": null             | $.plain
            "number": null            | $.number
            "default": null           | $.default
            "defaultList": null       | $.defaultList
            "defaultList": [null]     | $.defaultList[0]
            "list": [{}]              | $.list[0].amount
            "list": [null]            | $.list[0]
            "nested": {"currency": 1} | $.nested.amount""",
    )
    fun nullIsRefusedWhereTheTypeIsNot(property: String, path: String) {
        Simulated(with(property)).use {
            val run = it.client.agent().run(REQUEST, Product::class.java)

            assertThatExceptionOfType(TinyFishResultMappingException::class.java)
                .isThrownBy { run.value() }
                .satisfies({ ex -> assertThat(ex.path()).isEqualTo(path) })
            assertThat(outcome(run.run())).isEqualTo(GoalOutcome.MISSED)
        }
    }

    @Test
    fun requiredPropertyMayNotBeAbsent() {
        Simulated("""{"name": "Anna"}""").use {
            val run = it.client.agent().run(REQUEST, Stocked::class.java)

            assertThatExceptionOfType(TinyFishResultMappingException::class.java)
                .isThrownBy { run.value() }
                .satisfies({ ex -> assertThat(ex.path()).isEqualTo("$.sku") })
            assertThat(outcome(run.run())).isEqualTo(GoalOutcome.MISSED)
        }
    }

    @Test
    fun anEmptyObjectIsReadWhereAllHasDefaults() {
        Simulated("{}").use {
            val run = it.client.agent().run(REQUEST, AllDefaults::class.java)

            assertThat(run.value()).isEqualTo(AllDefaults())
        }
    }

    @Test
    fun valueClassesFactoriesAndPropertiesAreRead() {
        Simulated("""{"sku": "A-1", "first": "1", "3rd": "3", "title": "T", "name": "n"}""").use {
            val agent = it.client.agent()

            assertThat(agent.run(REQUEST, Stocked::class.java).value()).isEqualTo(Stocked(Sku("A-1")))
            assertThat(agent.run(REQUEST, Made::class.java).value().second).isEqualTo("23")
            assertThat(agent.run(REQUEST, Bean::class.java).value())
                .extracting({ bean -> bean.title }, { bean -> bean.note }, { bean -> bean.upper })
                .containsExactly("T", null, "N")
        }
    }

    @Test
    fun listsAndGenericClassesAreRead() {
        val list = object : ParameterizedTypeReference<List<Money>>() {}
        Simulated("""{"items": [{"amount": 1}, {"amount": 2, "currency": "USD"}]}""").use {
            val run = it.client.agent().run(REQUEST, list)

            assertThat(run.value()).containsExactly(Money(1), Money(2, "USD"))
            assertThat(run.run().result().toList(Money::class.java)).isEqualTo(run.value())
            assertThat(outcome(run.run())).isEqualTo(GoalOutcome.ACHIEVED)
        }
        val page = object : ParameterizedTypeReference<Page<Money>>() {}
        Simulated("""{"first": {"amount": 1}}""").use {
            assertThat(it.client.agent().run(REQUEST, page).value()).isEqualTo(Page(Money(1), next = null))
        }
    }

    companion object {

        private const val REQUIRED = """
            {"plain": "p", "number": 1, "isOpen": true, "nested": {"amount": 1}, "list": [{"amount": 2}],
            "holes": ["h", null]}"""

        private val PRODUCT = Product(
            plain = "p", number = 1, nullable = null, isOpen = true, nested = Money(1), nullableNested = null,
            list = listOf(Money(2)), holes = listOf("h", null),
        )

        /** The required properties and others; of a name that comes twice the last one counts. */
        private fun with(properties: String) = REQUIRED.trimEnd().dropLast(1) + ", " + properties + "}"
    }
}
