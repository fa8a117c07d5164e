import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import App from './App.svelte';
import { Chat } from './state/chat.svelte';

const chat = new Chat();
mount(App, { target: document.getElementById('app')!, props: { chat } });
chat.start();
