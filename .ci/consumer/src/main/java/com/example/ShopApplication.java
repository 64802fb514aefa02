package com.example;

// README: imports

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.webagent.ImportWebAgents;

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
	ApplicationRunner calls(Shop shop, TinyFishClient client) {
		return (args) -> {
// README: call
		};
	}

}

// README: agent
