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

import ai.tinyfish.spring.ai.tools.TinyFishTools;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
class AssistantApplication {

	public static void main(String[] args) {
		SpringApplication.run(AssistantApplication.class, args);
	}

	@Bean
	ChatClient chatClient(ChatClient.Builder builder, TinyFishTools tools) {
		return builder.defaultTools(tools.agents(Shop.class), tools.search()).build();
	}

	@Bean
	ApplicationRunner questions(ChatClient chat) {
		return (arguments) -> {
			for (String question : arguments.getNonOptionArgs()) {
				System.out.println(chat.prompt(question).call().content());
			}
		};
	}

}
