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

package ai.tinyfish.sample.page;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.sample.chat.ScriptedModel;
import ai.tinyfish.sample.chat.ToolCalls;
import ai.tinyfish.sample.chat.ToolCalls.Call;
import ai.tinyfish.sample.page.ChatTurn.AnsweredCall;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * Controller of the page with the chat. All browsers share one conversation.
 */
@Controller
@RequestMapping("/chat")
class ChatController {

	private static final Logger logger = LoggerFactory.getLogger(ChatController.class);

	private static final int MAX_TURNS = 20;

	private final ChatClient chat;

	private final TinyFishClient tinyFish;

	private final boolean scripted;

	private final boolean simulated;

	private final int maxRuns;

	private volatile Conversation conversation = new Conversation();

	ChatController(ChatClient chat, ChatModel model, TinyFishClient tinyFish, Simulation simulation,
			@Value("${tinyfish.tools.max-runs:3}") int maxRuns) {
		this.chat = chat;
		this.tinyFish = tinyFish;
		this.scripted = model instanceof ScriptedModel;
		this.simulated = simulation.isActive();
		this.maxRuns = maxRuns;
	}

	@GetMapping
	String page(Model model) {
		model.addAttribute("simulated", this.simulated);
		model.addAttribute("scripted", this.scripted);
		model.addAttribute("maxRuns", this.maxRuns);
		model.addAttribute("turns", this.conversation.turns);
		return "chat";
	}

	@PostMapping(headers = PageSecurity.FROM_SCRIPTS)
	String ask(@RequestParam String question, Model model) {
		model.addAttribute("turn", ask(question.strip(), this.conversation));
		return "chat :: turn";
	}

	@DeleteMapping(headers = PageSecurity.FROM_SCRIPTS)
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void beginAnew() {
		this.conversation = new Conversation();
	}

	private ChatTurn ask(String question, Conversation conversation) {
		ToolCalls calls = new ToolCalls();
		List<Run> runs = List.of();
		String answer = null;
		boolean failed = false;
		try {
			answer = this.chat.prompt()
				.user(question)
				.advisors(calls)
				.advisors((advisors) -> advisors.param(ChatMemory.CONVERSATION_ID, conversation.id))
				.call()
				.content();
			runs = this.tinyFish.runs().list(RunQuery.all()).data();
		}
		catch (RuntimeException ex) {
			logger.warn("The chat failed", ex);
			failed = true;
		}
		return conversation.add(question, calls.calls(), runs, answer, failed, this.maxRuns);
	}

	private static final class Conversation {

		private final String id = UUID.randomUUID().toString();

		private final List<ChatTurn> turns = new CopyOnWriteArrayList<>();

		private final Set<String> runIds = new HashSet<>();

		private synchronized ChatTurn add(String question, List<Call> calls, List<Run> runs, @Nullable String answer,
				boolean failed, int maxRuns) {
			List<AnsweredCall> answered = calls.stream().map((call) -> answered(call, runs)).toList();
			ChatTurn turn = new ChatTurn(question, answered, answer, failed, this.runIds.size(), maxRuns);
			this.turns.add(0, turn);
			if (this.turns.size() > MAX_TURNS) {
				this.turns.remove(MAX_TURNS);
			}
			return turn;
		}

		/**
		 * Find the run of a call: results and refusals name its id alike.
		 */
		private AnsweredCall answered(Call call, List<Run> runs) {
			return runs.stream()
				.filter((run) -> call.response().contains(run.runId()))
				.findFirst()
				.map((run) -> new AnsweredCall(call, run, this.runIds.add(run.runId())))
				.orElseGet(() -> new AnsweredCall(call, null, false));
		}

	}

	/**
	 * Lets the page with the runs have a link to the chat.
	 */
	@ControllerAdvice(assignableTypes = BoardController.class)
	static class Link {

		@ModelAttribute("chat")
		boolean chat() {
			return true;
		}

	}

}
