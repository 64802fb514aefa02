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

package ai.tinyfish.simulator;

import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Command line entry point of the simulator.
 */
final class SimulatorMain {

	static final int BAD_ARGUMENTS = 2;

	private static final String USAGE = """
			A local TinyFish API. No account, no cost.

			Options:
			  --port N       listen on this port of 127.0.0.1 (default 8787; 0 for a free one)
			  --api-key KEY  let in this key (default %s)
			  --pace-ms N    let each step of a run take N milliseconds (default 300)
			  --forward-webhooks URL TARGET
			                 deliver webhooks for URLs that begin with URL, such as https://shop.example,
			                 to TARGET on this machine, such as http://127.0.0.1:8080; may be repeated
			  --help         show this text

			Marks in the goal decide how a run ends: [fail], [fail:SITE_BLOCKED], [block], [captcha],
			[empty], [slow], [steps:20], [never], [cut] for a stream that is reset once, and [misfit] for a
			result that does not follow the output_schema. Without one it completes with a result that says
			it is simulated, or follows the output_schema with data of the made-up shop at /shop.
			A query with [fail] or [empty], and a url that ends in an error code such as /timeout, do the same
			for search and fetch. Webhooks go to this machine alone.
			""".formatted(TinyFishSimulator.DEFAULT_API_KEY);

	private SimulatorMain() {
	}

	public static void main(String[] args) throws InterruptedException {
		// the library jar must not contain a logback.xml
		if (System.getProperty("logback.configurationFile") == null) {
			System.setProperty("logback.configurationFile", "ai/tinyfish/simulator/standalone-logback.xml");
		}
		try {
			Arguments arguments = Arguments.parse(args);
			if (arguments.help()) {
				System.out.print(USAGE);
			}
			else {
				serve(arguments, System.out);
			}
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage());
			System.err.println("Try --help");
			System.exit(BAD_ARGUMENTS);
		}
		catch (IllegalStateException ex) {
			System.err.println(ex.getMessage());
			System.exit(1);
		}
	}

	private static void serve(Arguments arguments, PrintStream out) throws InterruptedException {
		TinyFishSimulator simulator = TinyFishSimulator.builder()
			.port(arguments.port())
			.apiKey(arguments.apiKey())
			.pace(arguments.pace())
			// the journal is not read
			.maxRequests(0)
			.start();
		arguments.forwards().forEach(simulator::forwardWebhooks);
		CountDownLatch stopped = new CountDownLatch(1);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			simulator.close();
			stopped.countDown();
		}, "tinyfish-simulator-stop"));
		boolean defaultKey = TinyFishSimulator.DEFAULT_API_KEY.equals(arguments.apiKey());
		out.println("TinyFish simulator at " + simulator.baseUrl());
		out.println("API key: " + (defaultKey ? TinyFishSimulator.DEFAULT_API_KEY : "as given with --api-key"));
		out.println("Point a client's base url at it. --help shows how goals decide what happens. Ctrl+C stops it.");
		out.flush();
		stopped.await();
	}

	/**
	 * Arguments of the command line.
	 *
	 * @param port the port
	 * @param apiKey the key
	 * @param pace the pace
	 * @param forwards the addresses that replace public ones in webhooks
	 * @param help whether only the help is requested
	 */
	record Arguments(int port, String apiKey, Duration pace, Map<String, String> forwards, boolean help) {

		static Arguments parse(String... args) {
			int port = 8787;
			String apiKey = TinyFishSimulator.DEFAULT_API_KEY;
			Duration pace = Duration.ofMillis(300);
			Map<String, String> forwards = new LinkedHashMap<>();
			boolean help = false;
			for (int i = 0; i < args.length; i++) {
				switch (args[i]) {
					case "--help", "-h" -> help = true;
					case "--port" -> port = number(args, i++, 65535);
					case "--pace-ms" -> pace = Duration.ofMillis(number(args, i++, 3_600_000));
					case "--api-key" -> {
						apiKey = value(args, i++, 1);
						TinyFishSimulator.builder().apiKey(apiKey);
					}
					case "--forward-webhooks" -> {
						String target = value(args, i, 2);
						forwards.put(args[i + 1], target);
						i += 2;
					}
					// not repeated, as it may be a key given in a form that is not known
					default -> throw new IllegalArgumentException("Argument " + (i + 1) + " is not known");
				}
			}
			return new Arguments(port, apiKey, pace, forwards, help);
		}

		private static int number(String[] args, int option, int max) {
			String value = value(args, option, 1);
			int number = value.matches("\\d{1,9}") ? Integer.parseInt(value) : -1;
			if (number < 0 || number > max) {
				throw new IllegalArgumentException(args[option] + " needs a number from 0 to " + max);
			}
			return number;
		}

		private static String value(String[] args, int option, int number) {
			if (option + number >= args.length) {
				throw new IllegalArgumentException(
						args[option] + ((number > 1) ? " needs " + number + " values" : " needs a value"));
			}
			return args[option + number];
		}

		@Override
		public String toString() {
			return "Arguments[port=" + this.port + ", pace=" + this.pace + "]";
		}

	}

}
