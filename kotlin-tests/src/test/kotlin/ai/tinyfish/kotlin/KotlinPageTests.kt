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

import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.walk

/** The page about Kotlin: its code is code of these tests. */
class KotlinPageTests {

    private val page = Path.of("../docs/kotlin.md").readText()

    @Test
    fun itsCodeIsCompiled() {
        val sources = Path.of("src/test/kotlin").walk().filter { it.extension == "kt" }
            .map { oneLine(it.readText()) }
            .toList()

        assertThat(blocks("kotlin")).hasSizeGreaterThan(3).allSatisfy({ block ->
            assertThat(sources).anySatisfy({ source -> assertThat(source).contains(oneLine(block)) })
        })
    }

    @Test
    fun itsDependenciesAreThoseOfTheTests() {
        val pom = oneLine(Path.of("pom.xml").readText())
        val dependencies = Regex("<dependency>.*?</artifactId>").findAll(oneLine(blocks("xml").single())).toList()

        assertThat(dependencies).hasSize(2).allSatisfy({ assertThat(pom).contains(it.value) })
    }

    private fun blocks(language: String): List<String> =
        Regex("```$language\\n(.*?)```", RegexOption.DOT_MATCHES_ALL).findAll(page).map { it.groupValues[1] }.toList()

    private fun oneLine(text: String) = text.replace(Regex("\\s+"), " ").trim()
}
