package com.example;

import java.math.BigDecimal;
import java.util.List;

import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

@SpringBootApplication
@ImportWebAgents
class ShopApplication {

	public static void main(String[] args) {
		SpringApplication.run(ShopApplication.class, args);
	}

	@Bean
	ApplicationRunner calls(Shop shop) {
		return (args) -> {
// README: call
		};
	}

}

// README: agent
