#pragma once

// Inside the library only: what martlet_last_error() says on this thread from now on. Text too long is cut between
// letters.
void martlet_set_last_error(const char *message);
