// SPDX-License-Identifier: MIT
namespace LbEngine.ConsoleHost.Admin;

/// <summary>The admin interface cannot be opened; the message says why, for people.</summary>
internal sealed class AdminUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);
