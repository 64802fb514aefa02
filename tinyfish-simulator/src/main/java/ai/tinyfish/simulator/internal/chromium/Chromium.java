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

package ai.tinyfish.simulator.internal.chromium;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Process of a browser, which ends with this JVM.
 */
public final class Chromium {

	private static final Logger logger = LoggerFactory.getLogger(Chromium.class);

	private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");

	private static final Set<Chromium> RUNNING = ConcurrentHashMap.newKeySet();

	static {
		Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach((chromium) -> {
			chromium.end();
			chromium.ended();
		})));
	}

	private final Process process;

	private final Path profile;

	private final CompletableFuture<String> address = new CompletableFuture<>();

	private Chromium(Process process, Path profile) {
		this.process = process;
		this.profile = profile;
	}

	/**
	 * Start a browser.
	 * @param executable the program
	 * @param hostRules the rules for resolving hosts
	 * @param url the page that it opens
	 * @return the browser, which may not listen yet
	 * @throws IOException if it cannot be started
	 */
	static Chromium start(Path executable, String hostRules, String url) throws IOException {
		Path profile = Files.createTempDirectory("tinyfish-simulator-chromium");
		// without a sandbox, which root cannot use: it only sees pages of this machine
		Process process = new ProcessBuilder(executable.toString(), "--headless=new", "--remote-debugging-port=0",
				"--user-data-dir=" + profile, "--host-resolver-rules=" + hostRules, "--ignore-certificate-errors",
				"--no-sandbox", "--no-first-run", "--no-default-browser-check", "--no-proxy-server",
				"--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
				"--disable-gpu", url)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		Chromium chromium = new Chromium(process, profile);
		RUNNING.add(chromium);
		// its other processes may write for a moment
		process.onExit().thenRunAsync(chromium::ended, CompletableFuture.delayedExecutor(500, TimeUnit.MILLISECONDS));
		Thread output = new Thread(chromium::read, "tinyfish-simulator-chromium");
		output.setDaemon(true);
		output.start();
		return chromium;
	}

	/**
	 * Return the address at which it is driven.
	 * @return the WebSocket address; fails if the process ends before it listens
	 */
	CompletableFuture<String> address() {
		return this.address;
	}

	private void read() {
		try (Stream<String> lines = this.process.errorReader(StandardCharsets.UTF_8).lines()) {
			lines.forEach((line) -> {
				logger.debug("{}", line);
				Matcher listening = LISTENING.matcher(line);
				if (listening.find()) {
					this.address.complete(listening.group(1));
				}
			});
		}
		catch (RuntimeException ex) {
			logger.debug("The output of Chromium ended", ex);
		}
		this.address.completeExceptionally(new IOException("Chromium ended before it could be driven"));
	}

	/**
	 * End the process and those that it has started.
	 */
	public void end() {
		this.process.descendants().forEach(ProcessHandle::destroyForcibly);
		this.process.destroyForcibly();
	}

	private void ended() {
		RUNNING.remove(this);
		try (Stream<Path> files = Files.walk(this.profile)) {
			files.sorted(Comparator.reverseOrder()).forEach((file) -> file.toFile().delete());
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Could not delete {}", this.profile, ex);
		}
	}

}
