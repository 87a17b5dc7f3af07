// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Tests.Forwarding;

/// <summary>A connection without a socket.</summary>
internal sealed class TestConnection : Connection;
