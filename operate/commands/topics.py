"""`polku topics apply|check`: make the declared topics, or tell what differs from the declaration."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path

import click

from kernel.settings import SettingsError
from operate import options, topics
from operate.errors import OperateError
from operate.instance import read

kafka_option = click.option("--kafka", default="", help="host:port of a broker; that of the instance when not given.")


@click.group()
def command() -> None:
    """Topics as `deploy/topics.toml` declares them."""


def _wanted(state: Path, address: str) -> tuple[str, list[topics.Topic]]:
    instance = read(state)
    settings = instance.settings("topics")
    found = address or instance.kafka
    if not found:
        raise OperateError("--kafka: this instance has no Kafka (its carrier is the journal)")
    if not found.rpartition(":")[2].isdigit() or not found.rpartition(":")[0]:
        raise SettingsError(f"--kafka: host:port, not {found}")
    return found, topics.declared(settings.topics, settings.organisations)


@command.command()
@options.state
@kafka_option
@click.option("--dry-run", is_flag=True, help="Tell which topics would be made, and make none.")
@options.as_json
def apply(state: Path, kafka: str, dry_run: bool, as_json: bool) -> None:
    """Make the topics that are missing; a wrong number of partitions or setting is an error."""
    address, wanted = _wanted(state, kafka)
    if dry_run:
        made = [d.topic for d in asyncio.run(topics.check(address, wanted)) if d.kind == "missing"]
    else:
        made = asyncio.run(topics.apply(address, wanted))
    if as_json:
        options.answer({"made": [] if dry_run else made, "would_make": made if dry_run else []})
        return
    for name in made:
        click.echo(f"{'would make' if dry_run else 'made'} {name}")
    click.echo(f"{len(wanted)} topics are declared, {len(made)} {'are missing' if dry_run else 'were made'}")


@command.command()
@options.state
@kafka_option
@options.as_json
def check(state: Path, kafka: str, as_json: bool) -> None:
    """Exit code 1 when a topic is missing or otherwise than declared."""
    address, wanted = _wanted(state, kafka)
    found = asyncio.run(topics.check(address, wanted))
    if as_json:
        options.answer([asdict(difference) for difference in found])
    else:
        for difference in found:
            click.echo(topics.describe(difference))
        click.echo(f"{len(wanted)} topics are declared, {len(found)} differences")
    if found:
        raise click.exceptions.Exit(1)
