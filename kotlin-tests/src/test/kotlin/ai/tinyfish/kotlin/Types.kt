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

import com.fasterxml.jackson.annotation.JsonCreator
import com.fasterxml.jackson.annotation.JsonProperty

data class Money(val amount: Int, val currency: String = "EUR")

data class Product(
    val plain: String,
    val number: Int,
    val nullable: String?,
    val default: Int = 7,
    val defaultList: List<String> = listOf("new"),
    val nullableDefault: String? = "none",
    val isOpen: Boolean,
    val nested: Money,
    val nullableNested: Money?,
    val list: List<Money>,
    val holes: List<String?>,
    val amounts: Map<String, Int> = mapOf(),
)

data class AllDefaults(val name: String = "no-one", val age: Int = 1)

@JvmInline
value class Sku(val text: String)

data class Stocked(val sku: Sku, val replacedBy: Sku? = null)

class Made private constructor(val first: String, val second: String) {

    companion object {

        @JvmStatic
        @JsonCreator
        fun of(first: String, second: String = "2", @JsonProperty("3rd") third: String?) = Made(first, second + third)
    }
}

class Bean {

    var title: String = "untitled"

    var note: String? = null

    lateinit var name: String

    val upper: String get() = name.uppercase()

    val words by lazy { name.split(" ") }
}

data class Page<T>(val first: T, val rest: List<T> = listOf(), val next: T?)
