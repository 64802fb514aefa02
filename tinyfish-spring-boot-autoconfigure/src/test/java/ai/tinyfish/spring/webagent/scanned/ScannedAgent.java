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

package ai.tinyfish.spring.webagent.scanned;

import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

@WebAgent(url = "${shop.url:https://shop.example}")
public interface ScannedAgent {

	@Goal("Read the price of {item}")
	int price(String item);

	/** Not found: it is not an interface. */
	@WebAgent(url = "https://shop.example")
	abstract class NoInterface {

	}

	/** Found, since it is nested, but independent. */
	@WebAgent(url = "https://shop.example")
	interface Nested {

		@Goal("Read the price")
		int price();

	}

	/** Not found with the default profile. */
	@Profile("other")
	@WebAgent(url = "https://shop.example")
	interface OfAnotherProfile {

		@Goal("Read the price")
		int price();

	}

	/**
	 * Names nothing.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportWebAgents
	class OwnPackage {

	}

}
