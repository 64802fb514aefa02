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

package ai.tinyfish.assistant;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.ai.tools.ScriptedChatModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The first application of the page about language models, with a scripted model.
 */
@ExtendWith(OutputCaptureExtension.class)
class AssistantApplicationTests {

	@Test
	void questionIsAnsweredWithARun(CapturedOutput output) throws IOException {
		List<String> arguments = new ArrayList<>(properties());
		arguments.add("--spring.ai.model.chat=none");
		arguments.add("What are the three cheapest books?");
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(AssistantApplication.class)
			.web(WebApplicationType.NONE)
			.initializers((GenericApplicationContext application) -> application.registerBean(ScriptedChatModel.class,
					() -> new ScriptedChatModel().calls("shop_cheapest", "{\"count\": 3}")))
			.run(arguments.toArray(String[]::new))) {
			assertThat(output.getOut().lines()).contains("Done");
			assertThat(context.getBean(TinyFishSimulator.class).journal().runs()).singleElement()
				.satisfies((run) -> assertThat(run.request().goal()).isEqualTo("List the 3 cheapest books"));
		}
	}

	/**
	 * Return the properties of the page, but with the simulator in any environment.
	 */
	private static List<String> properties() throws IOException {
		String page = Files.readString(Path.of("../docs/language-models.md"));
		String block = page.substring(page.indexOf("```properties\n") + 14);
		return block.substring(0, block.indexOf("```"))
			.lines()
			.filter((line) -> !line.startsWith("#"))
			.map((line) -> "--" + line.replace("enabled=auto", "enabled=true"))
			.toList();
	}

}
