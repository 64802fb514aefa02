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

package ai.tinyfish.durable.processes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.durable.DurableSubmission;
import ai.tinyfish.durable.testing.Instance;
import org.jspecify.annotations.Nullable;

/**
 * One instance of an application in a process of its own. It executes the commands that
 * it reads from its standard input, each on a thread of its own, and ends with the
 * process that started it.
 */
final class InstanceMain {

	static final String URL = "https://shop.example/";

	private final CompletableFuture<Instance> instance = new CompletableFuture<>();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private InstanceMain() {
	}

	/**
	 * Start an instance.
	 * @param args its properties
	 */
	public static void main(String[] args) {
		InstanceMain main = new InstanceMain();
		Thread reader = new Thread(main::read, "commands");
		reader.setDaemon(true);
		reader.start();
		try {
			main.instance.complete(Instance.start(List.of(args), List.of(ProcessApplication.class)));
			System.out.println("Started instance");
		}
		catch (RuntimeException ex) {
			ex.printStackTrace();
			Runtime.getRuntime().halt(1);
		}
	}

	private void read() {
		try (BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				String[] command = line.split("\\|", -1);
				this.threads.execute(() -> execute(command));
			}
		}
		catch (IOException ex) {
			ex.printStackTrace();
		}
		// the process that started it has ended
		Runtime.getRuntime().halt(0);
	}

	private void execute(String[] command) {
		Instance started = this.instance.join();
		switch (command[0]) {
			case "submit" -> submit(started, account(command[1]), command[2]);
			case "batch" -> batch(started, account(command[1]), command[2], Integer.parseInt(command[3]));
			case "watch" -> WatchedShops.save(started, Integer.parseInt(command[1]), Integer.parseInt(command[2]),
					Integer.parseInt(command[3]));
			case "approve" -> started.runs().decidedBy("anna").approve(command[1]);
			case "load" -> new Load(started, Long.parseLong(command[1])).run();
			default -> throw new IllegalArgumentException(command[0]);
		}
	}

	static void submit(Instance instance, @Nullable String account, String goal) {
		ProxyConfig proxy = ProxyConfig.builder()
			.url("http://proxy.example")
			.username("secret:" + goal)
			.password("hunter2")
			.build();
		AgentRequest request = AgentRequest.builder().url(URL).goal(goal).tag(goal).proxy(proxy).build();
		instance.transaction().executeWithoutResult((status) -> {
			instance.runs().submit(DurableSubmission.of(request).withAccount(account));
			instance.bean(Holds.class).pass("caller:" + goal);
		});
	}

	private static void batch(Instance instance, @Nullable String account, String goal, int size) {
		// no goal is a part of another one: the service lists the runs that contain it
		String numbered = goal + "-%0" + String.valueOf(size).length() + "d";
		instance.runs()
			.submitAll(IntStream.rangeClosed(1, size)
				.mapToObj(numbered::formatted)
				.map((name) -> AgentRequest.of(URL, name).withTag(name))
				.map((request) -> DurableSubmission.of(request).withAccount(account))
				.collect(Collectors.toCollection(ArrayList::new)));
	}

	private static @Nullable String account(String text) {
		return text.isEmpty() ? null : text;
	}

}
