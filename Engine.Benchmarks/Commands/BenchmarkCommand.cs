// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Commands;

/// <summary>One thing that this program can run.</summary>
/// <param name="Name">The first word of the command line.</param>
/// <param name="Summary">One line: what it shows.</param>
/// <param name="Example">The words of one call, without the program.</param>
/// <param name="Run">Takes the words behind the name; returns the exit code.</param>
internal sealed record BenchmarkCommand(string Name, string Summary, string Example, Func<IReadOnlyList<string>, int> Run);
