// SPDX-License-Identifier: MIT
namespace LbEngine.Benchmarks.Commands;

/// <summary>A command cannot do its work here and now; the message says what is in the way, and is all that is printed.</summary>
internal sealed class CannotRunException(string message) : Exception(message);
